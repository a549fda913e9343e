import { fileURLToPath } from 'node:url'

/** The folder of the checkout: the compiled tests lie in `dist/test/support`. */
export const projectRoot = fileURLToPath(new URL('../../../', import.meta.url))
