/** Three versions of one value: the one that was changed, or undefined where both sides did. */
export function mergeValue(base: string, left: string, right: string): string | undefined {
  if (left === right || right === base) return left
  return left === base ? right : undefined
}

/** White space has no conflicts: where both sides changed it, the longer one stands. */
export function mergeGap(base: string, left: string, right: string): string {
  return mergeValue(base, left, right) ?? longer(left, right)
}

function longer(left: string, right: string): string {
  if (left.length !== right.length) return left.length > right.length ? left : right
  return left > right ? left : right
}
