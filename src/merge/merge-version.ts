/**
 * Raised with every change that gives the same texts another result: grammars, rules and checks count. Peers of a room must come to the
 * same bytes. Version 1 is `lineMerge`. docs/decisions/0019.
 */
export const mergeVersion = 2
