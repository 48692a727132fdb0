export const ROOMS: Readonly<
  Record<string, { readonly rooms: readonly string[]; readonly packages?: readonly string[] }>
>;
export const architecture: { readonly rules: { readonly imports: object } };
