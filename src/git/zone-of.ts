/** The offset from UTC at a time, in the zone of this machine, as Git writes it: `+0200`. */
export function zoneOf(date: Date): string {
  const minutes = -date.getTimezoneOffset()
  const digits = (value: number): string => String(value).padStart(2, '0')
  const at = Math.abs(minutes)
  return `${minutes < 0 ? '-' : '+'}${digits(Math.floor(at / 60))}${digits(at % 60)}`
}
