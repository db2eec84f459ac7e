/**
 * Saves a text as a file of the person's choice: by the system's dialog in the desktop app, where a private one is for
 * its owner's eyes only, else by the browser's download. True when it was saved, or handed to the browser.
 */
export async function saveText(name: string, text: string, isPrivate = false): Promise<boolean> {
  if (window.virtdeck !== undefined) return window.virtdeck.saveFile(name, text, isPrivate);
  // Chromium adds .txt to the name of a plain text.
  const url = URL.createObjectURL(new Blob([text], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has its own reference once the click was handled.
  window.setTimeout(() => URL.revokeObjectURL(url), 10_000);
  return true;
}
