/** Said on pages that do nothing without JavaScript, where there is none. */
export const noScriptTexts = {
  en: 'This page needs JavaScript, which is switched off or blocked in this browser.',
  'zh-CN': '本页需要 JavaScript，而这个浏览器关闭或拦截了它。',
}
