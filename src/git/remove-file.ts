import { unlinkSync } from 'node:fs'

/** Removes a file where there is one. For `rmSync` each process first loads how Node removes folders, which takes longer. */
export function removeFile(path: string): void {
  try {
    unlinkSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

/** Runs something that writes temporary files. Where it fails they are removed as far as that can be done: a full disk has no room for them. */
export async function orRemove<T>(temporary: readonly string[], run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    for (const path of temporary)
      try {
        unlinkSync(path)
      } catch {
        // It has its name already, or there is none; `git gc` removes the others.
      }
    throw error
  }
}
