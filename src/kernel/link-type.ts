/** What follows from an interface's if_type (<net/if_types.h>). */

const IFT_ETHER = 6;
const IFT_BRIDGE = 209;
const IFT_L2TP = 247;

const ethernetLike: ReadonlySet<number> = new Set([IFT_ETHER, IFT_BRIDGE, IFT_L2TP]);

/** Whether its frames begin with an Ethernet header. */
export const isEthernetLike = (type: number): boolean => ethernetLike.has(type);
