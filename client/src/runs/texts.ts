/** Times as people read them. */

/** `0.1 s`, `12.0 s`, `1 min 05 s`, `2 h 03 min`. */
export function durationText(ms: number): string {
  const tenths = Math.round(Math.max(0, ms) / 100);
  if (tenths < 600) return `${(tenths / 10).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  const two = (n: number) => String(n).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${two(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
}

/** The time of day, and the day unless it is that of `nowMs`, in a language and the machine's time zone. */
export function timeText(ms: number, nowMs: number, language: string): string {
  const then = new Date(ms);
  const time = then.toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
  if (then.toDateString() === new Date(nowMs).toDateString()) return time;
  return `${then.toLocaleDateString(language, { year: "numeric", month: "short", day: "numeric" })} ${time}`;
}

/** `$0.02`; what is less than a cent is not nothing. */
export function dollarsText(usd: number): string {
  return usd > 0 && usd < 0.01 ? "< $0.01" : `$${usd.toFixed(2)}`;
}
