/**
 * The documents of the domains, or of the networks, of one libvirt host, from which they start next. All throw
 * MACHINE_GONE or NOT_FOUND.
 */
export interface DocumentBackend {
  /** With passwords: a document saved without them would take them away. */
  read(id: string, signal: AbortSignal): Promise<string>;
  /**
   * Defines it anew and gives the document as libvirt keeps it. Throws CONFLICT and BAD_INPUT with a
   * DocumentRefusal as `params.reason`, and libvirt's own error for a document that it does not take.
   */
  save(id: string, base: string, text: string, signal: AbortSignal): Promise<string>;
}
