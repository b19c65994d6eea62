/** Headers of the site's own event streams: nothing on the way may cache, compress or hold them back. */
export const EVENT_STREAM: ResponseInit = {
  headers: {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
  },
}
