import { locale, t } from './i18n.js';

/** What may speak against sending somebody. */
const OBJECTIONS = [
  [/does not have the skill/, '没有这项技能'], [/has a paper for/, '证件已过期'], [/does not work at this place/, '不负责此处'],
  [/is off duty/, '不在班'], [/has as many orders as they can/, '手上工单已满'], [/is away/, '请假'],
];
const unqualified = (said) => {
  const known = OBJECTIONS.filter(([pattern]) => pattern.test(said)).map(([, words]) => words);
  return `该人员${known.join('、') || '不宜派出'}${said.includes('A supervisor') ? '；主管写明理由后仍可派' : ''}。`;
};
const taken = (said) => {
  const [, place, contract] = /^'(.+)' is kept under '(.+)' in some/.exec(said) ?? [];
  return place ? `“${place}”在这些月份属于合同“${contract}”，请先结束那份合同。` : '有点位在这些月份已属于另一份合同。';
};

/** What the server did not do, by the type that it names, in Chinese; where `true` follows, its own words say more. */
const ZH = {
  'account-disabled': ['该账号已停用，请先启用。'],
  'appealed-already': ['这一条已有人申诉。'],
  'asked-already': ['已有人申请挂起该工单。'],
  busy: ['此刻登录的人过多，请稍后再试。'],
  'camera-exists': ['该点位已有相同地址的摄像机，请修改原来那台。'],
  'cannot-merge': ['这两张工单不能合并。', true],
  'changed-meanwhile': ['打开之后已被他人修改，请重新打开再改。'],
  'check-ended': ['这次检查已经结束。', true],
  'database-unavailable': ['数据库暂时没有响应，没有改动任何内容，请稍后再试。'],
  'decided-already': ['已有人作出决定。'],
  'disk-full': ['服务器磁盘已满，没有改动任何内容；请管理员先腾出空间。'],
  'endpoint-in-use': ['有点位正向该接口派单，请先改派。', true],
  forbidden: ['您没有这项权限。', true],
  'has-open-orders': ['该人员手上还有未结工单，请先改派。'],
  'headers-too-large': ['请求头过大。'],
  'idempotency-key-reused': ['同一编号的请求内容不同，请重新提交。'],
  'identity-taken': ['这个设备编号已被另一台设备使用。', true],
  'internal-error': ['服务器出错，没有改动任何内容；原因见其日志。'],
  'invalid-request': ['填写有误。', true],
  'last-administrator': ['至少要保留一名管理员。'],
  'malformed-json': ['请求内容无法读取。', true],
  'malformed-request': ['请求无法读取。'],
  'map-broken': ['底图文件已损坏。', true],
  'method-not-allowed': ['这里不支持该操作。'],
  'month-issued': ['该月考核已发布，只能通过申诉更改。'],
  'month-not-over': ['该月尚未结束，不能发布。'],
  'name-taken': ['这个名称已被使用。'],
  'no-account': ['没有对应的账号。', true],
  'no-picture': ['没有画面。', true],
  'no-secret-of-ours': ['该接口的密钥不由本系统生成。'],
  'no-toilet': ['该点位不是公共厕所。'],
  'no-token': ['该设备不使用令牌。', true],
  'not-acceptable': ['无法按所要求的格式回答。'],
  'not-found': ['没有找到，或者您无权查看。'],
  'not-qualified': [unqualified],
  'not-ready': ['数据库没有响应。'],
  'not-signed-in': ['请先登录。'],
  'not-the-receiver': ['该工单已不在此人手上。'],
  'nothing-to-assess': ['该月没有任何点位适用标准，无可考核。'],
  'order-ended': ['该工单已经结束。'],
  'other-round': ['该工单已进入新的一轮，请重新打开。'],
  'own-appeal': ['自己的申诉须由他人裁定。'],
  'picture-deleted': ['画面已超过保存期限。'],
  'precondition-required': ['缺少版本号，请重新打开再改。'],
  'signs-in-elsewhere': ['该账号通过统一认证登录。', true],
  'site-in-use': ['该点位还有摄像机、设备或未结工单，请先移除并了结。'],
  'site-taken': [taken],
  'space-in-use': ['该类空间仍有标准。'],
  'team-in-use': ['该班组还有成员，请先移到其他班组。'],
  'too-large': ['内容过大。'],
  'too-many-attempts': ['尝试次数过多，请稍后再试。'],
  'transition-not-allowed': ['工单现在的状态不能这样做。', true],
  'unsupported-media-type': ['请求格式不对。'],
  'uri-too-long': ['网址过长。'],
  'wrong-password': ['原密码不对。'],
};

/** The types that are known in Chinese. */
export const known = () => Object.keys(ZH);

/** What went wrong (RFC 9457), for whoever reads it. */
export function problemWords(status, body) {
  const said = body.detail || body.title;
  const [words, more] = (locale() === 'zh-CN' && ZH[String(body.type).split(':').at(-1)]) || [];
  if (typeof words === 'function') return words(said ?? '');
  if (words) return more && said ? `${words} ${said}` : words;
  return said || `${t('error')} (${status})`;
}
