export declare function compileKernels(
  folder: string,
  options: { readonly shared: boolean },
): Promise<{ readonly binary: Buffer<ArrayBuffer>; readonly signatures: readonly string[] }>
