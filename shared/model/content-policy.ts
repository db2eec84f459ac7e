/**
 * The Content-Security-Policy of the renderer, sent by both hosts (app:// and the portal). Inline styles are needed by
 * emotion (MUI); pictures of consoles come as data: and blob: URLs. Nothing comes from another origin, ever.
 */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
