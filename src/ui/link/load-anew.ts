/** How long the station may take to give the page, ms. */
const PAGE_MS = 5000;

/** Loads the page anew, once the station is seen to give it: a browser that does not get it shows an error of its own,
 *  which no finger leaves on a panel without an address line. @returns false where the station does not give it */
export async function loadAnew(reload: () => void = () => location.reload()): Promise<boolean> {
  try {
    const { ok } = await fetch('/', { cache: 'no-store', signal: AbortSignal.timeout(PAGE_MS) });
    if (ok) reload();
    return ok;
  } catch {
    return false;
  }
}

/** Told the station's version with each status, loads the page anew when it is another one than at first: after an update
 *  the files that this page would still fetch are gone, and both may not understand each other. */
export function anewWithVersion(load: () => Promise<boolean> = loadAnew): (version: string) => void {
  let own: string | null = null;
  let isLoading = false;
  return (version) => {
    own ??= version;
    if (version === own || isLoading) return;
    isLoading = true;
    // Where it is not given yet, the next status asks again.
    void load().then((isAnew) => (isLoading = isAnew));
  };
}
