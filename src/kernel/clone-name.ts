/** Names of interfaces that can be created: a cloner's name and a decimal unit, as if_clone_lookup() reads them. */

export interface CloneName {
  readonly cloner: string;
  readonly unit: number;
}

const INT_MAX = 0x7fffffff;

/** null if there is no name, no unit, or too large a one. Leading zeros are allowed, so names are not unique. */
export function parseCloneName(name: string): CloneName | null {
  const [, cloner, digits] = /^(.*\D)(\d+)$/s.exec(name) ?? [];
  if (cloner === undefined || digits === undefined) return null;
  const unit = Number(digits);
  return unit > INT_MAX ? null : { cloner, unit };
}
