export { AnvcsError, errorTable, type ErrorCode, type ErrorKind } from './contracts/errors.ts'
