import type RFB from '@novnc/novnc';

/** Saves what the guest's screen shows as a PNG file through the browser's download. */
export function saveScreenshot(client: Pick<RFB, 'toBlob'>, machineName: string, now = new Date()): void {
  client.toBlob((blob) => {
    if (blob === null) return;
    const url = URL.createObjectURL(blob);
    const link = document.createElement('a');
    link.href = url;
    link.download = screenshotName(machineName, now);
    link.click();
    // The download has its own reference once the click was handled.
    window.setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }, 'image/png');
}

/** A file name that every system takes, whatever the machine is called. */
export function screenshotName(machineName: string, now: Date): string {
  const stamp = now.toISOString().slice(0, 19).replace('T', '_').replaceAll(':', '-');
  const name = machineName
    .replace(/[^\p{L}\p{N}._-]+/gu, '_')
    .replace(/^[._]+/, '')
    .slice(0, 80);
  return `${name === '' ? 'console' : name}_${stamp}.png`;
}
