import { AnvcsError } from '../contracts/errors.ts'

const fullCodes: readonly unknown[] = ['ENOSPC', 'EDQUOT']
const deniedCodes: readonly unknown[] = ['EACCES', 'ELOOP', 'ENOTDIR', 'EPERM', 'EROFS']

/** The error that tells what the system said of a file (errno(3)); undefined where it is about something else. */
export function systemError(error: unknown): AnvcsError | undefined {
  if (!(error instanceof Error)) return undefined
  const { code, path, syscall = '', message } = error as NodeJS.ErrnoException
  const details = { code, ...(path !== undefined && { path }) }
  if (fullCodes.includes(code)) return new AnvcsError('DISK_FULL', { cause: error, details })
  const isOfFile = path !== undefined && !/^(?:spawn|connect|listen|kill)/.test(syscall)
  if (isOfFile && deniedCodes.includes(code)) return new AnvcsError('FILE_FAILED', { message, cause: error, details })
  return undefined
}
