/** Does the work and gives the thing that it was for, or closes that and throws what failed. */
export async function orClose<T extends { close(): Promise<void> }>(
  thing: T,
  work: () => Promise<unknown>,
): Promise<T> {
  try {
    await work()
    return thing
  } catch (error) {
    await thing.close().catch(() => {})
    throw error
  }
}
