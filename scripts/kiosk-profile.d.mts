export function readyProfile(dataDir: string, address: string, isOwn: boolean): string;
export function kioskFlags(address: string, profile: string): string[];
