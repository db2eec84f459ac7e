/** A picture as the hypervisor gives it. */
export interface RawPicture {
  /** e.g. `image/png`, `image/x-portable-pixmap`. */
  mime: string;
  bytes: Buffer;
}

/** The screens of the machines of one connection, while it is online. */
export interface ScreenBackend {
  /**
   * Throws MACHINE_GONE, CONFLICT where the machine does not run, LIMIT_EXCEEDED for a picture that is too big, TIMEOUT
   * where none comes within a bounded time.
   */
  capture(machineId: string): Promise<RawPicture>;
}
