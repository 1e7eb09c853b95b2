/**
 * The product whose home serves a cart: the one with the smallest id, so that all callers agree,
 * whatever the order of the lines. Empty without lines.
 */
export const homeProductOf = (lines: readonly { readonly productId: string }[]): string => {
  let smallest = lines[0]?.productId ?? '';
  for (const { productId } of lines) if (productId < smallest) smallest = productId;
  return smallest;
};
