/** What people are shown where the site has no answer. No apostrophes and no dollar signs: they stand in nginx's quotes. */

interface Page {
  title: { en: string; zh: string }
  /** One paragraph each, as HTML. */
  text: { en: string; zh: string }
  /** What else stands in its head. */
  head?: string
}

const render = ({ title, text, head = '' }: Page) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${head}<title>${title.en} · ${title.zh}</title>
<style>
:root { color-scheme: light dark; background: light-dark(#f3f5f8, #11151a); color: light-dark(#1f262e, #e3e7ec) }
body { display: grid; place-content: center; min-height: 90vh; margin: 0 24px; font: 16px/1.7 system-ui, sans-serif; text-align: center }
h1 { margin: 0 0 4px; font-size: 24px; line-height: 1.3 }
p { margin: 0; max-width: 30rem; color: light-dark(#525b66, #a4acb6); text-wrap: balance }
p + p { margin-top: 8px }
a { color: inherit; text-underline-offset: 3px }
</style>
<main>
<h1>${title.en}</h1>
<p>${text.en}</p>
<p lang="zh-CN">${text.zh}</p>
</main>
</html>`

/** While no instance runs; it looks again by itself. */
export const pageAway = render({
  title: { en: 'Back in a moment', zh: '马上回来' },
  text: {
    en: 'The site is being restarted. This page looks again by itself; nothing you sent is lost.',
    zh: '网站正在重启，本页会自动重试；已发送的内容不会丢失。',
  },
  head: '<meta http-equiv="refresh" content="5">\n',
})

/** When an instance did not begin its answer in time. It does not ask again by itself: the site may have too much to do already. */
export const pageSilent = render({
  title: { en: 'This is taking too long', zh: '等待太久了' },
  text: {
    en: 'The site did not answer in time; it may be very busy. What it stored before is kept. <a href="">Try again</a>',
    zh: '网站没有及时回应，可能正忙。此前已保存的内容都还在。<a href="">重试</a>',
  },
})
