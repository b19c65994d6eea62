/**
 * Request targets as an attacker would write them, to leave `/v1` for another part of the site or of the upstream, or
 * to reach what is denied. Built from parts, so that every trick meets every place.
 */
const DOTS = [
  '..',
  '.',
  '%2e%2e',
  '%2E%2E',
  '.%2e',
  '%2e.',
  '%252e%252e',
  '%25252e%2e',
  '%c0%ae%c0%ae',
  '..%00',
  '..;',
  '..;x=1',
  '...',
  '..%20',
  '..%09',
  '%u002e%u002e',
]
const SLASHES = ['/', '//', '%2f', '%2F', '\\', '%5c', '/%2f', '/./', '%252f', '%255c', '/;/', '/%00/']
const GOALS = ['api/chat', 'organization/admin_api_keys', 'healthz']

const ORGANIZATION = [
  'organization',
  'Organization',
  'ORGANIZATION',
  'organization/',
  'organization?x',
  '%6frganization',
  'o%72ganization/users',
  '%256frganization',
  'organization%2fusers',
  'organization%252fusers',
  'organization;x=1/users',
  'organization%3bx/users',
  'organization%00',
  'organization%20',
  'organization/../organization',
  '/organization',
  './organization',
  '%2forganization',
  'projects',
  'projects/proj_1/service_accounts',
  'pro%6Aects/proj_1',
  'x/../projects',
  'models/../organization',
  'models/%2e%2e/organization',
  'models%2f..%2forganization',
]

const ODD = [
  '/v1/models#fragment',
  '/v1/models%',
  '/v1/models%2',
  '/v1/models%zz',
  '/v1/models%00',
  '/v1/models%0d%0aHost:%20evil',
  '/v1/models\t',
  '/v1/models"',
  '/v1/models<script>',
  '/v1/models|x',
  '/v1/models{x}',
  '/v1/models^',
  '/v1/models`',
  '/v1/models\u00e9',
  '/v1/models;jsessionid=1',
  '/v1;/models',
  '/v1%2fmodels',
  '/v1%2f..%2fapi',
  '/v1%00',
  '/v1\\..\\api',
  '/v1/',
  '/v1//',
  '/v1///models',
  '/v1?',
  '/v1#x',
  '/v1/@evil.example/',
  '/v1/http://evil.example/',
  '/v1/:80/',
  '/v1@evil.example/models',
  '/v1:80/models',
  'http://evil.example/v1/models',
  'https://evil.example/v1',
  'HTTP://evil.example/v1/organization',
  'http://user:pass@evil.example/v1/models',
  'http://evil.example/v1/../api',
  '//evil.example/v1/models',
  '///v1/models',
]

const traversals = DOTS.flatMap((dots) =>
  SLASHES.flatMap((slash) => [
    `/v1${slash}${dots}${slash}${GOALS[0]}`,
    `/v1/models${slash}${dots}${slash}${dots}${slash}${GOALS[2]}`,
    `/v1${slash}models${slash}${dots}${slash}${GOALS[1]}`,
  ]),
)

export const spellings: readonly string[] = [
  ...new Set([...traversals, ...ORGANIZATION.map((rest) => `/v1/${rest}`), ...ODD]),
]

/** Targets that clients send and that must go through as they are. */
export const honestTargets: readonly string[] = [
  '/v1',
  '/v1/models',
  '/v1/models/',
  '/v1/models/gpt-4o',
  '/v1/models/ft:gpt-4o:org::id',
  '/v1/models/meta-llama%2FLlama-3.1-8B',
  '/v1/models/meta-llama/Llama-3.1-8B',
  '/v1/models/gpt-3.5..turbo',
  '/v1/files/file-abc/content',
  '/v1/files/a..b/content',
  '/v1/responses/resp_1?stream=true&starting_after=4',
  '/v1/responses/resp_1/input_items?include[]=a&include[]=b&include%5B%5D=c',
  '/v1/threads/t/runs?limit=1&limit=2&order=&x=%20%2B+%zz&=&&a=b=c?d/../e;f',
  '/v1/organizational-chart',
  '/v1/chat/completions?q=%E4%BD%A0%E5%A5%BD',
  '/v1/files/%E6%96%87%E4%BB%B6.txt',
  '/v1?x=1',
]
