/** The address of a host's page. */
export function hostPath(connectionId: string): string {
  return `/hosts/${encodeURIComponent(connectionId)}`;
}
