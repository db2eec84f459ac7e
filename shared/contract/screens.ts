/** What the first screen of a machine showed at a moment. */
export interface ScreenPicture {
  /** A PNG image in Base64. */
  png: string;
  widthPx: number;
  heightPx: number;
  takenAt: number;
}
