/** Resolves when the condition holds; rejects where it does not within `limitMs`. */
export async function until(condition: () => boolean | Promise<boolean>, limitMs = 40_000): Promise<void> {
  for (const endMs = Date.now() + limitMs; !(await condition());) {
    if (Date.now() > endMs) throw new Error(`not within ${limitMs} ms: ${condition.toString()}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
