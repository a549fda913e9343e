import { AnvcsError } from '../contracts/errors.ts'

/** Undefined where there is no git program, and another way is to be taken; any other error is thrown on. */
export function unlessMissing(error: unknown): undefined {
  if (!AnvcsError.is(error, 'GIT_MISSING')) throw error
}
