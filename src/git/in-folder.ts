import { mkdirSync } from 'node:fs'

/** So often somebody may remove a folder in the moment between making it and putting something into it. */
const maxAttempts = 100

/** Puts something into a folder, which is made where it is missing: `git gc` removes folders that are empty. */
export function inFolder<T>(folder: string, put: () => T): T {
  for (let attempt = 1; ; attempt++)
    try {
      if (attempt > 1) mkdirSync(folder, { recursive: true })
      return put()
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || attempt === maxAttempts) throw error
    }
}
