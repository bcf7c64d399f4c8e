/** Lines of a dry run in the transcripts, where bytes may be grouped by blanks and repeated: `6c32747030 00*11`. */

/** `line` as a dry run prints it: no blanks between bytes, repetitions written out. */
export function expandIoctlLine(line: string): string {
  return line
    .split(' -> ')
    .map((part) => {
      const [, head = '', bytes = ''] = /^((?:SIOC\S+ 0x\S+ )?\S+) ?(.*)$/.exec(part) ?? [];
      return `${head} ${expandBytes(bytes)}`;
    })
    .join(' -> ');
}

function expandBytes(text: string): string {
  return text
    .split(' ')
    .map((group) => {
      const [, bytes = group, times = '1'] = /^([0-9a-f]+)\*(\d+)$/.exec(group) ?? [];
      return bytes.repeat(Number(times));
    })
    .join('');
}

/** A dry run's line for people: runs of one byte shortened. The inverse of `expandIoctlLine`. */
export function shortenIoctlLine(line: string): string {
  return line
    .split(' ')
    .map((word) => (/^([0-9a-f]{2})+$/.test(word) ? shortenBytes(word.match(/../g) ?? []) : word))
    .join(' ');
}

const shortestRun = 4;

function shortenBytes(bytes: readonly string[]): string {
  const groups: string[] = [];
  let plain = '';
  for (let at = 0; at < bytes.length;) {
    const byte = bytes[at] ?? '';
    let end = at;
    while (bytes[end] === byte) end += 1;
    if (end - at < shortestRun) plain += byte.repeat(end - at);
    else {
      if (plain !== '') groups.push(plain);
      groups.push(`${byte}*${end - at}`);
      plain = '';
    }
    at = end;
  }
  if (plain !== '') groups.push(plain);
  return groups.join(' ');
}
