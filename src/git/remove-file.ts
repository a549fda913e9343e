import { unlinkSync } from 'node:fs'

/** Removes a file where there is one. For `rmSync` each process first loads how Node removes folders, which takes longer. */
export function removeFile(path: string): void {
  try {
    unlinkSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
