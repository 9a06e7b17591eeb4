export declare function compileKernels(
  folder: string,
  options: { readonly shared: boolean },
): Promise<Buffer<ArrayBuffer>>
