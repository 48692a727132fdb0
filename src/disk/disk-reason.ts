/** Why the system refused a write, to stand after "found …": "a full disk", or its code (`EACCES`). */
export function diskReason(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  return code === 'ENOSPC' || code === 'EDQUOT' ? 'a full disk' : code;
}
