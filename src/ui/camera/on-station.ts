import { OWN_HOSTS } from '#domain/frame-feed.ts';

/** Whether this window is one of the station's own machine: to others browsers give no camera without TLS, and the
 *  camera's listener is not reached by them. */
export function isOnStation(): boolean {
  return OWN_HOSTS.includes(location.hostname);
}
