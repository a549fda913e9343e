/** Where Git looks for a zero byte to tell a binary file. */
const lookedAtBytes = 8000

/** Does Git take a file for binary by its content? */
export function looksBinary(content: Uint8Array): boolean {
  return content.subarray(0, lookedAtBytes).includes(0)
}
