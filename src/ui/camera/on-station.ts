/** Whether this window is one of the station's own machine: to others browsers give no camera without TLS, and the
 *  camera's listener is not reached by them. */
export function isOnStation(): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].includes(location.hostname);
}
