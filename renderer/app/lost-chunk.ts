/** How browsers say that a part of the app could not be fetched; they do not fetch it again until the page is. */
const LOST_CHUNK = /dynamically imported module|importing a module script failed/i;

const STORAGE_KEY = 'virtdeck.reloadedAt';
/** What is lost again so soon is lost for another reason, which the person must see. */
const PAUSE_MS = 30_000;

/**
 * Whether the page is to be loaded again by itself after this error: the network of this computer changed while a part
 * of the app was fetched, as it does when a virtual bridge comes or goes. At most once in 30 s.
 */
export function shouldReload(error: unknown, storage: Storage, nowMs: number): boolean {
  if (!(error instanceof Error) || !LOST_CHUNK.test(error.message)) return false;
  const lastMs = Number(storage.getItem(STORAGE_KEY) ?? -Infinity);
  if (nowMs - lastMs < PAUSE_MS) return false;
  storage.setItem(STORAGE_KEY, String(nowMs));
  return true;
}
