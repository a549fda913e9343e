/** Is a WebRTC binding installed here? */
export function hasWebrtc(): boolean {
  try {
    import.meta.resolve('@roamhq/wrtc')
    return true
  } catch {
    return false
  }
}
