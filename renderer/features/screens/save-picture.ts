import type { ScreenPicture } from '../../../shared/contract/screens.ts';
import { screenshotName } from '../../console/screenshot.ts';
import { pictureUrl } from './Screen.tsx';

/** Saves a picture as a PNG file through the browser's download. */
export function savePicture(picture: ScreenPicture, machineName: string): void {
  const link = document.createElement('a');
  link.href = pictureUrl(picture);
  link.download = screenshotName(machineName, new Date(picture.takenAt));
  link.click();
}
