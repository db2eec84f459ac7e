import { struct, type Fields, type StructValue, type XdrType } from './xdr-types.ts';

/** libvirt's main program, its QEMU-specific one and the one that proves that a peer is alive. */
export const programs = { remote: 0x2000_8086, qemu: 0x2000_8087, keepalive: 0x6b65_6570 } as const;

/** Which way the bytes of a stream go, seen from the client. */
export type StreamDirection = 'send' | 'receive' | 'both';

/** A call and its reply. */
export interface Procedure<Args, Ret> {
  readonly program: number;
  readonly number: number;
  readonly args: XdrType<Args>;
  readonly ret: XdrType<Ret>;
}

/** A call whose reply opens a stream under the same serial. */
export interface StreamProcedure<Args, Ret> extends Procedure<Args, Ret> {
  readonly direction: StreamDirection;
}

/** A message that the server sends unasked. */
export interface EventMessage<Msg> {
  readonly program: number;
  readonly number: number;
  readonly message: XdrType<Msg>;
}

export function proc<const A extends Fields, const R extends Fields>(
  number: number,
  args: A,
  ret: R,
  program: number = programs.remote,
): Procedure<StructValue<A>, StructValue<R>> {
  return { program, number, args: struct(args), ret: struct(ret) };
}

export function streamProc<const A extends Fields, const R extends Fields>(
  number: number,
  direction: StreamDirection,
  args: A,
  ret: R,
): StreamProcedure<StructValue<A>, StructValue<R>> {
  return { ...proc(number, args, ret), direction };
}

export function event<const M extends Fields>(
  number: number,
  message: M,
  program: number = programs.remote,
): EventMessage<StructValue<M>> {
  return { program, number, message: struct(message) };
}
