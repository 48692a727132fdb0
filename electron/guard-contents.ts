import type { Session, WebContents } from 'electron';

/** Whether an address lies at the station's own origin. Anything that is no address does not. */
export function isOwnAddress(address: string, ownOrigin: string | null): boolean {
  if (ownOrigin === null) return false;
  try {
    return new URL(address).origin === ownOrigin;
  } catch {
    return false;
  }
}

/** A window shows the station's page and nothing else: no other site, no second window, no webview. */
export function guardContents(
  contents: Pick<WebContents, 'on' | 'setWindowOpenHandler'>,
  ownOrigin: () => string | null,
): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-navigate', (event) => {
    if (!isOwnAddress(event.url, ownOrigin())) event.preventDefault();
  });
  contents.on('will-redirect', (event) => {
    if (!isOwnAddress(event.url, ownOrigin())) event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
}

/** The part of a session that is guarded. */
export type GuardedSession = Pick<
  Session,
  'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler' | 'on'
>;

/** The camera for the station's page; every other wish of every page is refused. */
export function guardSession(session: GuardedSession, ownOrigin: () => string | null): void {
  session.setPermissionRequestHandler((_contents, permission, answer, details) => {
    const kinds = 'mediaTypes' in details ? (details.mediaTypes ?? []) : [];
    const isCameraOnly = permission === 'media' && kinds.length > 0 && kinds.every((kind) => kind === 'video');
    answer(isCameraOnly && isOwnAddress(details.requestingUrl, ownOrigin()));
  });
  session.setPermissionCheckHandler((_contents, permission, requestingOrigin, details) => {
    return permission === 'media' && details.mediaType === 'video' && isOwnAddress(requestingOrigin, ownOrigin());
  });
  // No USB, HID or serial device for any page, whatever was granted elsewhere.
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => event.preventDefault());
}
