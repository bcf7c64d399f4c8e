/** NetBSD's structs, ioctl numbers, constants and errors as data, for every port. */
export * from './abi';
export type { CType, Init, Struct, View } from './ctypes';
export * from './kernel-error';
export * from './net-if';
export * from './net-if_bridgevar';
export * from './net-if_l2tp';
export * from './netinet-in';
export * from './netinet-in_var';
export * from './netinet6-in6_var';
export * from './structs';
export * from './sys-errno';
export * from './sys-ioccom';
export * from './sys-socket';
export * from './sys-sockio';
