/** The part of noVNC 1.7's API that we use; the package ships no types (its docs/API.md is the source). */
declare module '@novnc/novnc' {
  export interface RfbCredentials {
    username?: string;
    password?: string;
    target?: string;
  }

  export interface RfbEvents {
    connect: Record<string, never>;
    disconnect: { clean: boolean };
    credentialsrequired: { types: (keyof RfbCredentials)[] };
    securityfailure: { status: number; reason?: string };
    serververification: { type: string };
    desktopname: { name: string };
    clipboard: { text: string };
  }

  export default class RFB {
    constructor(
      target: HTMLElement,
      channel: object,
      options?: { shared?: boolean; credentials?: RfbCredentials; repeaterID?: string },
    );
    viewOnly: boolean;
    focusOnClick: boolean;
    clipViewport: boolean;
    scaleViewport: boolean;
    resizeSession: boolean;
    background: string;
    qualityLevel: number;
    compressionLevel: number;
    disconnect(): void;
    approveServer(): void;
    sendCredentials(credentials: RfbCredentials): void;
    sendKey(keysym: number, code: string | null, down?: boolean): void;
    focus(options?: FocusOptions): void;
    blur(): void;
    toBlob(callback: (blob: Blob | null) => void, type?: string): void;
    clipboardPasteFrom(text: string): void;
    addEventListener<K extends keyof RfbEvents>(type: K, listener: (event: CustomEvent<RfbEvents[K]>) => void): void;
    removeEventListener<K extends keyof RfbEvents>(type: K, listener: (event: CustomEvent<RfbEvents[K]>) => void): void;
  }
}
