// Words of both languages. The keys are what the API says where it says them, so that a state needs no second name.

const WORDS = {
  zh: {
    crews: '班组', crewName: '姓名', team: '班组', phone: '电话', skills: '技能', vehicle: '车辆', capacity: '同时可接', lead: '班长', noLead: '未指定', noTeam: '不在班组', members: (n) => `${n} 人`,
    onShift: '在班', offShift: '不在班', away: '请假', setAway: '请假', setBack: '销假', phoneLink: '手机登录链接', phoneLinkHint: '发给本人，用手机打开，只能用一次，24 小时内有效。', copy: '复制', copied: '已复制', close: '关闭',
    newMember: '新增作业人员', newTeam: '新增班组', add: '新增', addShift: '加班次', starts: '上班', ends: '下班', overnight: '跨夜', everyDay: '每天', noShifts: '没有班次：全天在班。', sureMember: '确定删除此人吗？其手机会退出登录。',
    day1: '一', day2: '二', day3: '三', day4: '四', day5: '五', day6: '六', day7: '日', noCrews: '还没有作业人员。新增后，自派工单会自动派给合适的人。', onDuty: (n, all) => `在班 ${n} / 共 ${all} 人`,
    'on-foot': '步行', bicycle: '自行车', tricycle: '三轮车', truck: '货车', refuse: '垃圾清理', assignments: '派单理由', nobody: '无人可派', way: (n) => `约 ${n} 分钟`, wayUnknown: '位置未知', atHand: (n, all) => `手上 ${n}/${all} 单`,
    chosen: '派给此人', 'off-shift': '不在班', 'lacks-skill': '无此技能', 'paper-expired': '证件过期', full: '手上已满', 'asked-before': '已问过', 'other-places': '负责别处', 'other-did-it-before': '由原人返工', farther: '更远', busier: '更忙', 'had-one-later': '刚接过单', 'drew-the-later-lot': '排在其后',
    photos: '现场照片', metersAway: (n) => `距点位 ${n} 米`, fits: '时间地点相符', 'no-position': '无位置', far: '不在现场', 'taken-before': '派单前拍摄', 'taken-later': '时间超前', 'seen-before': '旧照片',
    overview: '总览', cameras: '摄像机', orders: '工单', signOut: '退出', other: 'English',
    linked: '实时', unlinked: '连接中断，正在重连', linking: '正在连接',
    openOrders: '未结工单', liveCameras: '在线摄像机', dirtyPlaces: '脏乱点位', tenMinutes: '十分钟到场率',
    allOrders: '全部工单', noOrders: '没有未结工单。', noOrdersAtAll: '还没有工单。',
    wall: '摄像机画面', noCameras: '还没有摄像机。登记第一台，两分钟内就能看到画面。', register: '登记摄像机',
    filed: '待派单', dispatched: '已派单', accepted: '已接单', arrived: '已到场', verifying: '核查中', 'human-check': '人工核查',
    returned: '已退单', suspended: '已挂起', closed: '已结案', 'self-cleared': '自清', rejected: '不属实', merged: '已合并', cancelled: '已撤销',
    overflow: '垃圾满溢', litter: '暴露垃圾', bin: '垃圾桶', 'root-cause': '根因治理',
    acceptBy: '距接单时限', arriveBy: '距到场时限', finishBy: '距完工时限', verifyBy: '距核查时限', over: '已超时',
    clean: '干净', suspected: '疑似', dirty: '脏', clearing: '清理中', unknown: '未知',
    live: '在线', connecting: '连接中', stalled: '停滞', offline: '离线', refused: '被拒绝', undecodable: '无法解码',
    dark: '过暗', covered: '被遮挡', blurred: '模糊', moved: '被移动', 'not-recognised': '画面不符', frozen: '画面冻结', 'no-picture': '无画面',
    noPicture: '还没有画面', number: '工单号', site: '点位', what: '问题', state: '状态', filedAt: '立案', arrival: '到场用时', round: '轮次',
    before: '清理前', after: '清理后', noBefore: '没有立案画面', noAfter: '结案后显示', history: '经过', facts: '要点', back: '返回',
    dispatchedTo: '接收方', closedBy: '结案依据', camera: '摄像机', human: '人工', report: '报告', kept: '按时', late: '超时', notYet: '尚未',
    filedToArrived: '立案到到场', dispatchedToArrived: '派单到到场', promise: '承诺 10 分钟', reworks: '返工', reopened: '重开',
    pass: '核查通过', fail: '核查不通过', cancel: '撤销工单', resume: '恢复', reopen: '重开', accept: '接单', arrive: '到场', done: '完工', decline: '拒单',
    return: '退单', suspend: '挂起', dispatch: '派单', reassign: '改派', merge: '合并', reason: '原因', why: '请写明原因', ok: '确定', no: '取消',
    incidents: '事件', seconds: '秒', minutes: '分', hours: '小时', ago: '前', score: '置信度', verdict: '研判', 'verdict-true': '属实', 'verdict-false': '误报', 'verdict-unsure': '存疑', key: '按键',
    newSite: '新点位', existingSite: '选择点位', siteName: '点位名称', cameraName: '摄像机名称', url: '视频地址', urlHint: 'rtsp://用户:密码@地址/路径，或 http:// MJPEG。密码加密保存，不再显示。',
    probe: '试连', registerIt: '登记', probing: '正在连接摄像机…', works: '可用', failed: '没有画面', saved: '已保存', keyFrames: '关键帧间隔', size: '画面',
    keepAnyway: '摄像机现在连不上。仍已登记，会一直重试。', drawZones: '画区域', zonesHint: '在画面上点出区域的角，点回第一个角即闭合；拖动角可修改。不画区域时整个画面都算。',
    zone: '区域', zones: '区域', ignored: '忽略此区域', remove: '删除', save: '保存', wholePicture: '整个画面', added: '已登记',
    needSignIn: '需要登录', signInHint: '在服务器上运行下面的命令，会得到一个只能用一次的登录链接：', error: '出错了', notAllowed: '没有权限', lastLook: '最近巡检', never: '从未',
    health: '状态', codec: '编码', exists: '这台摄像机已登记过。', removed: '已删除', removeCamera: '删除摄像机', sure: '确定删除这台摄像机吗？它的区域和未结事件会一起结束。',
    updated: '已更新', clearedAt: '清除', openedAt: '发现', noneToday: '今天还没有', source: '来源', operator: '人工上报', 'order-open': '未结',
    review: '待研判', reviewHint: '以下发现没有直接立案，请看图研判。属实则立案派单，误报则结束。', nothingToReview: '没有待研判的事件。', toReview: '处待研判：没有直接立案，等人看图决定', open: '查看',
    fileOrder: '人工立案', fileIt: '立案', note: '说明', fileHint: '写明位置和情况；同一点位有未到场的工单时并入该工单。', orderFiled: '已立案', orderJoined: '已并入该点位的未结工单', searchOrders: '工单号或点位', allStates: '全部状态', openOnly: '仅未结', allSites: '全部点位',
    csv: '导出 CSV', csvHint: '导出当前筛选的工单，最多 10000 条', noneFits: '没有符合条件的工单。', shownOrders: (n, more) => (more ? `已显示 ${n} 条` : `共 ${n} 条`), more: '显示更多',
    siteEndpoint: '该点位的派单系统', chooseReceiver: '请选择接收方', nobodyToSend: '没有可派的作业人员或派单系统。', nothingToMergeInto: '该点位没有其他同类未结工单。', mergeInto: '合并到', mergedInto: '已合并到', byPhone: '电话代报', byPhoneHint: '接收方来电时，由调度员代为登记。',
    'limit-accept': '接单时限', 'limit-arrive': '到场时限', 'limit-finish': '完工时限', 'limit-verify': '核查时限', pauses: '停表', stillPaused: '至今', natural: '自然日', 'urgent-hours': '紧急时段', 'work-hours': '工作时间', 'work-days': '工作日',
    checks: '核查', checkQueue: '人工核查', checkHint: '摄像机无法判定的工单和被退回的工单，等人决定。', nothingToCheck: '没有待核查的工单。', noAfterPicture: '没有清理后的画面', noPictures: '没有摄像机画面。',
    endpoints: '外部接口', endpointsHint: '立案、变更、结案时通知的系统和群机器人。', newEndpoint: '新增接口', endpointKind: '类型', endpointName: '名称', address: '地址', webhook: 'Webhook', dingtalk: '钉钉机器人', wecom: '企业微信机器人', feishu: '飞书机器人', mqtt: 'MQTT',
    reports: '回报', 'reports-steps': '回报每一步', 'reports-done': '只回报完工', 'reports-nothing': '不回报', signing: '签名', hmac: '共享密钥 (HMAC)', ed25519: '公钥 (Ed25519)', robotSecret: '加签密钥', robotSecretHint: '机器人设置了加签时填写。', topic: '主题', protocol: '协议', username: '用户名', password: '密码',
    events: '通知哪些事件', sites: '通知哪些点位', allIfNone: '不选即全部。', allEvents: '全部事件', makeIt: '新增并试发', endpointMade: '已新增', tells: '通知内容', ping: '试发', delivered: '已送达', pingFailed: '未送达', secret: '密钥', secretOnce: '密钥只显示这一次，请现在保存到接收方。', publicKey: '公钥', publicKeyHint: '接收方用此公钥验签：',
    rotate: '换密钥', newSecret: '新密钥', sureRotate: '确定更换密钥吗？旧密钥一天内仍然有效。', enable: '启用', disable: '停用', sureEndpoint: '确定删除这个接口吗？为它回报的令牌也一并失效。', noEndpoints: '还没有外部接口。', active: '正常', degraded: '异常', disabled: '已停用',
    deliveries: '投递记录', noDeliveries: '没有投递记录。', noAttempts: '还没有尝试。', waiting: '待投递', 'given-up': '已放弃', createdAt: '时间', event: '事件', attempts: '尝试', latency: '用时', result: '结果', dueAt: '下次', replay: '重发', replayGivenUp: '重发已放弃的', replayHint: '重发这段时间内已放弃的投递；留空即不限。', from: '从', to: '到', replayed: (n) => `已安排重发 ${n} 条`,
    'order.filed': '工单立案', 'order.changed': '工单变更', 'order.closed': '工单结束', 'incident.opened': '事件发生', 'incident.cleared': '事件清除', 'camera.offline': '摄像机离线', 'camera.online': '摄像机上线', 'camera.view_fault': '画面异常',
    deadlines: '时限', deadlinesHint: '按工单类别和点位设定，对之后立案的工单生效。', ladder: '升级', noLadder: '不升级。', 'tell-crew': '作业人员', 'tell-lead': '班组长', 'tell-supervisor': '主管', unit: '单位', calendar: '日历', step: '环节', addRung: '加一级', ruleHint: '接单从派单起算，到场和完工从立案起算，核查从完工起算。', edit: '修改', byDefault: '默认',
    overrides: '点位单独设定', addOverride: '为点位单独设定', noOverrides: '没有单独设定的点位。', sureOverride: '确定删除该点位的单独设定吗？将按类别时限执行。', calendars: '日历', workingDays: '工作日', wholeDay: '全天', holidays: '节假日', provisional: '暂定', announced: '已公布', shipped: '随软件提供', workedWeekends: '调休上班：', provisionalHint: (n) => `${n} 年放假安排尚未公布，这里只有法定节日，没有调休。公布后请更新。`,
  },
  en: {
    crews: 'Crews', crewName: 'Name', team: 'Team', phone: 'Phone', skills: 'Skills', vehicle: 'Vehicle', capacity: 'Orders at once', lead: 'Lead', noLead: 'nobody', noTeam: 'no team', members: (n) => `${n} members`,
    onShift: 'on duty', offShift: 'off duty', away: 'away', setAway: 'Set away', setBack: 'Back again', phoneLink: 'Link for the phone', phoneLinkHint: 'Send it to them; opened on their phone it signs them in, once, within 24 hours.', copy: 'Copy', copied: 'copied', close: 'Close',
    newMember: 'New crew member', newTeam: 'New team', add: 'Add', addShift: 'Add shift', starts: 'from', ends: 'to', overnight: 'overnight', everyDay: 'every day', noShifts: 'No shifts: always on duty.', sureMember: 'Remove this member? Their phone is signed out.',
    day1: 'Mo', day2: 'Tu', day3: 'We', day4: 'Th', day5: 'Fr', day6: 'Sa', day7: 'Su', noCrews: 'No crew yet. Once there is one, orders of your own crews go to whoever fits.', onDuty: (n, all) => `${n} of ${all} on duty`,
    'on-foot': 'on foot', bicycle: 'bicycle', tricycle: 'tricycle', truck: 'truck', refuse: 'refuse', assignments: 'Why this one', nobody: 'nobody', way: (n) => `about ${n} min`, wayUnknown: 'position unknown', atHand: (n, all) => `${n} of ${all} orders`,
    chosen: 'chosen', 'off-shift': 'off duty', 'lacks-skill': 'lacks the skill', 'paper-expired': 'paper expired', full: 'hands full', 'asked-before': 'asked before', 'other-places': 'works elsewhere', 'other-did-it-before': 'someone did it before', farther: 'farther', busier: 'busier', 'had-one-later': 'had one later', 'drew-the-later-lot': 'comes after',
    photos: 'Photos', metersAway: (n) => `${n} m from the place`, fits: 'time and place fit', 'no-position': 'no position', far: 'elsewhere', 'taken-before': 'taken before', 'taken-later': 'clock ahead', 'seen-before': 'old photo',
    overview: 'Overview', cameras: 'Cameras', orders: 'Orders', signOut: 'Sign out', other: '中文',
    linked: 'live', unlinked: 'connection lost, trying again', linking: 'connecting',
    openOrders: 'open orders', liveCameras: 'cameras live', dirtyPlaces: 'dirty places', tenMinutes: 'there within ten minutes',
    allOrders: 'All orders', noOrders: 'No open orders.', noOrdersAtAll: 'No orders yet.',
    wall: 'Cameras', noCameras: 'No cameras yet. Register the first one; its picture is here within two minutes.', register: 'Register a camera',
    filed: 'filed', dispatched: 'dispatched', accepted: 'accepted', arrived: 'arrived', verifying: 'verifying', 'human-check': 'human check',
    returned: 'returned', suspended: 'suspended', closed: 'closed', 'self-cleared': 'self-cleared', rejected: 'rejected', merged: 'merged', cancelled: 'cancelled',
    overflow: 'overflow', litter: 'litter', bin: 'bin', 'root-cause': 'root cause',
    acceptBy: 'to accept', arriveBy: 'to arrive', finishBy: 'to finish', verifyBy: 'to verify', over: 'overdue by',
    clean: 'clean', suspected: 'suspected', dirty: 'dirty', clearing: 'clearing', unknown: 'unknown',
    live: 'live', connecting: 'connecting', stalled: 'stalled', offline: 'offline', refused: 'refused', undecodable: 'undecodable',
    dark: 'dark', covered: 'covered', blurred: 'blurred', moved: 'moved', 'not-recognised': 'view not recognised', frozen: 'frozen', 'no-picture': 'no picture',
    noPicture: 'No picture yet', number: 'Order', site: 'Site', what: 'What', state: 'State', filedAt: 'Filed', arrival: 'Arrived after', round: 'Round',
    before: 'Before', after: 'After', noBefore: 'No picture from filing', noAfter: 'Shown once it is closed', history: 'History', facts: 'Facts', back: 'Back',
    dispatchedTo: 'Receiver', closedBy: 'Closed by', camera: 'camera', human: 'human', report: 'report', kept: 'in time', late: 'late', notYet: 'not yet',
    filedToArrived: 'Filed to arrived', dispatchedToArrived: 'Dispatched to arrived', promise: 'promised: 10 minutes', reworks: 'Reworks', reopened: 'Reopened',
    pass: 'It is clean', fail: 'Still dirty', cancel: 'Cancel order', resume: 'Resume', reopen: 'Reopen', accept: 'Accept', arrive: 'Arrived', done: 'Done', decline: 'Decline',
    return: 'Return', suspend: 'Suspend', dispatch: 'Dispatch', reassign: 'Reassign', merge: 'Merge', reason: 'Reason', why: 'Say why', ok: 'OK', no: 'Cancel',
    incidents: 'Incidents', seconds: 's', minutes: 'min', hours: 'h', ago: 'ago', score: 'score', verdict: 'Verdict', 'verdict-true': 'True', 'verdict-false': 'False', 'verdict-unsure': 'Unsure', key: 'key',
    newSite: 'New site', existingSite: 'Choose a site', siteName: 'Name of the site', cameraName: 'Name of the camera', url: 'Video address', urlHint: 'rtsp://user:password@host/path, or http:// for MJPEG. The password is kept encrypted and never shown again.',
    probe: 'Try it', registerIt: 'Register', probing: 'Connecting to the camera…', works: 'It works', failed: 'No picture', saved: 'Saved', keyFrames: 'key frames', size: 'picture',
    keepAnyway: 'The camera cannot be reached now. It is registered all the same, and tried again and again.', drawZones: 'Draw zones', zonesHint: 'Click the corners of a zone on the picture; click the first one again to close it. Drag corners to change them. Without zones the whole picture counts.',
    zone: 'Zone', zones: 'Zones', ignored: 'ignore this zone', remove: 'Remove', save: 'Save', wholePicture: 'whole picture', added: 'Registered',
    needSignIn: 'Sign in first', signInHint: 'Run this on the server; it prints a link that signs one browser in, once:', error: 'Something went wrong', notAllowed: 'Not allowed', lastLook: 'last looked at', never: 'never',
    health: 'Health', codec: 'Codec', exists: 'This camera is registered already.', removed: 'Removed', removeCamera: 'Remove camera', sure: 'Remove this camera? Its zones and their open incidents end with it.',
    updated: 'Updated', clearedAt: 'cleared', openedAt: 'seen', noneToday: 'none yet', source: 'Source', operator: 'filed by hand', 'order-open': 'open',
    review: 'Review', reviewHint: 'These were seen but filed no order by themselves. True files one, false ends it.', nothingToReview: 'Nothing to review.', toReview: 'to review: no order was filed, somebody has to look', open: 'Look',
    fileOrder: 'File an order', fileIt: 'File it', note: 'Note', fileHint: 'Say where and what. It joins the open order of its site if nobody is there yet.', orderFiled: 'Filed', orderJoined: 'Joined the open order of this site', searchOrders: 'Number or site', allStates: 'All states', openOnly: 'Open ones', allSites: 'All sites',
    csv: 'Export CSV', csvHint: 'All orders that fit the filter, at most 10,000', noneFits: 'No order fits.', shownOrders: (n, more) => (more ? `the newest ${n}` : n === 1 ? '1 order' : `${n} orders`), more: 'Show more',
    siteEndpoint: 'the dispatch system of this site', chooseReceiver: 'Choose who gets it', nobodyToSend: 'There is no crew member and no dispatch system to send it to.', nothingToMergeInto: 'This site has no other open order of the same class.', mergeInto: 'Into', mergedInto: 'Merged into', byPhone: 'Reported by telephone', byPhoneHint: 'For whoever has the order, when they ring up.',
    'limit-accept': 'To accept', 'limit-arrive': 'To arrive', 'limit-finish': 'To finish', 'limit-verify': 'To verify', pauses: 'Clocks stood still', stillPaused: 'now', natural: 'natural days', 'urgent-hours': 'urgent hours', 'work-hours': 'work hours', 'work-days': 'work days',
    checks: 'Checks', checkQueue: 'Human check', checkHint: 'Orders that the camera cannot judge, and orders that were returned: somebody has to decide.', nothingToCheck: 'Nothing to check.', noAfterPicture: 'No picture from after the work', noPictures: 'No camera took a picture.',
    endpoints: 'Endpoints', endpointsHint: 'Systems and group robots that are told when orders are filed, change and end.', newEndpoint: 'New endpoint', endpointKind: 'Kind', endpointName: 'Name', address: 'Address', webhook: 'Webhook', dingtalk: 'DingTalk robot', wecom: 'WeCom robot', feishu: 'Feishu robot', mqtt: 'MQTT',
    reports: 'Reports', 'reports-steps': 'reports every step', 'reports-done': 'reports done alone', 'reports-nothing': 'reports nothing', signing: 'Signature', hmac: 'shared secret (HMAC)', ed25519: 'public key (Ed25519)', robotSecret: 'Signing secret', robotSecretHint: 'If the robot is set to check signatures.', topic: 'Topic', protocol: 'Protocol', username: 'User', password: 'Password',
    events: 'About which events', sites: 'About which sites', allIfNone: 'All if none is ticked.', allEvents: 'all events', makeIt: 'Make and ping it', endpointMade: 'Made', tells: 'Is told', ping: 'Ping', delivered: 'delivered', pingFailed: 'not delivered', secret: 'Secret', secretOnce: 'The secret is shown this once. Give it to the receiver now.', publicKey: 'Public key', publicKeyHint: 'The receiver checks signatures with this key:',
    rotate: 'New secret', newSecret: 'New secret', sureRotate: 'Make a new secret? The old one signs beside it for a day.', enable: 'Enable', disable: 'Disable', sureEndpoint: 'Remove this endpoint? Tokens that report for it end, too.', noEndpoints: 'No endpoints yet.', active: 'active', degraded: 'degraded', disabled: 'disabled',
    deliveries: 'Deliveries', noDeliveries: 'No deliveries.', noAttempts: 'No attempts yet.', waiting: 'waiting', 'given-up': 'given up', createdAt: 'Time', event: 'Event', attempts: 'Attempts', latency: 'Latency', result: 'Result', dueAt: 'next', replay: 'Send again', replayGivenUp: 'Send given-up ones again', replayHint: 'Everything that was given up in this time is sent again; leave empty for no bound.', from: 'From', to: 'To', replayed: (n) => `${n} to be sent again`,
    'order.filed': 'order filed', 'order.changed': 'order changed', 'order.closed': 'order ended', 'incident.opened': 'incident opened', 'incident.cleared': 'incident cleared', 'camera.offline': 'camera offline', 'camera.online': 'camera online', 'camera.view_fault': 'view fault',
    deadlines: 'Deadlines', deadlinesHint: 'By class of orders and by site; a change holds for orders filed from then on.', ladder: 'Escalation', noLadder: 'Nobody is told.', 'tell-crew': 'crew', 'tell-lead': 'team lead', 'tell-supervisor': 'supervisor', unit: 'unit', calendar: 'calendar', step: 'step', addRung: 'Add a rung', ruleHint: 'Accepting is counted from dispatch, arriving and finishing from filing, verifying from done.', edit: 'Change', byDefault: 'default',
    overrides: 'Sites of their own', addOverride: 'Own rule for a site', noOverrides: 'No site has a rule of its own.', sureOverride: 'Take the rule of this site away? That of the class holds again.', calendars: 'Calendars', workingDays: 'working days', wholeDay: 'all day', holidays: 'Holidays', provisional: 'provisional', announced: 'announced', shipped: 'shipped', workedWeekends: 'Weekends worked:', provisionalHint: (n) => `The arrangement of ${n} has not been announced: only the statutory days are here, and no weekends worked. Update it once it is.`,
  },
};

const STAGES = { accept: '接单', arrive: '到场', finish: '完工' };
const LASTING = { m: '分钟', h: '小时', d: '天' };
const PEOPLE = { crew: '作业人员', lead: '班组长', supervisor: '主管' };
const toldTo = (told) => (told ? `，已通知${told.split(', ').map((who) => who.replace(/^(crew|lead|supervisor)/, (part) => `${PEOPLE[part]}`)).join('、')}` : '');

/** Reasons are kept in history as they were written, in English; these are said in Chinese to whoever reads Chinese. */
const REASONS = [
  [/^confirmed by (.+)$/, '由 $1 确认'],
  [/^it answered that it has the order$/, '接收方已确认收到工单'],
  [/^it reports before its answer came$/, '接收方已先行上报'],
  [/^all its places were clean at the same time$/, '各处同时干净'],
  [/^all its places were seen clean$/, '各处均已干净'],
  [/^the same place is dirty again$/, '同一处再次变脏'],
  [/^clean, and its time is over$/, '已干净，且已过完工时限'],
  [/^not accepted in time$/, '未按时接单'],
  [/^the camera gave no answer in time$/, '摄像机未在时限内给出结论'],
  [/^no camera looks at this place$/, '没有摄像机能看到此处'],
  [/^its zone was removed by (.+)$/, '其区域已被 $1 删除'],
  [/^still dirty after its order was cancelled$/, '工单撤销后仍然脏乱'],
  [/^a false alarm was here before$/, '此处曾为误报'],
  [/^this camera has filed (\d+) orders within the hour$/, '该摄像机一小时内已立案 $1 次'],
  [/^all cameras have filed (\d+) orders within the hour$/, '全部摄像机一小时内已立案 $1 次'],
  [/^chosen of (\d+) who could go, way unknown, orders at hand (\d+)(.*)$/, '$1 人可派，位置未知，手上 $2 单$3'],
  [/^chosen of (\d+) who could go, about (\d+) min away, orders at hand (\d+)(.*)$/, '$1 人可派，约 $2 分钟可到，手上 $3 单$4'],
  [/^nobody of (\d+) can be sent$/, '$1 人中无人可派'],
  [/^its endpoint has not taken it$/, '派单系统未接，转本单位班组'],
  [/^does not fit: (.+)$/, '存疑：$1'],
  [/^it was suspended until now$/, '挂起期满'],
  [/^the crews had to take over an order that it did not take within a minute$/, '一分钟内未接单，已转班组'],
  [/^it did not take an order's message within a minute$/, '一分钟内未接收工单通知'],
  [/^it answered 410 Gone$/, '接收方回应 410，不再接收'],
  [/^disabled by hand$/, '人工停用'],
  [/^it has taken nothing for (\d+) (minutes?|hours?|days?)$/, (_, n, unit) => `连续 ${n} ${LASTING[unit[0]]}未接收任何通知`],
  [/^it has taken nothing for (\d+) (minutes?|hours?|days?); it is still tried because the site (.+) dispatches to it$/, (_, n, unit, site) => `连续 ${n} ${LASTING[unit[0]]}未接收任何通知；点位 ${site} 由它派单，仍在尝试`],
  [/^overflow at (.+)$/, '垃圾满溢：$1'],
  [/^litter at (.+)$/, '暴露垃圾：$1'],
  [/^dirty (\d+) times within a day: (.+)$/, '同一区域一天内第 $1 次脏乱：$2'],
  [/^(.+): dirty (\d+) times on (\S+) \((.+)\)$/, '$1：$3 脏乱 $2 次（$4）'],
  [/^not-dispatched(?:, told: (.+))?$/, (_, told) => `未按时派单${toldTo(told)}`],
  [/^not-accepted(?:, told: (.+))?$/, (_, told) => `未按时接单${toldTo(told)}`],
  [/^not-arrived(?:, told: (.+))?$/, (_, told) => `未按时到场${toldTo(told)}`],
  [/^not-finished(?:, told: (.+))?$/, (_, told) => `未按时完工${toldTo(told)}`],
  [/^(accept|arrive|finish)-(\d+), told: (.+)$/, (_, stage, percent, told) => `${STAGES[stage]}时限已用 ${percent}%${toldTo(told)}`],
];

export function said(reason) {
  if (language !== 'zh' || !reason) return reason;
  const known = REASONS.find(([pattern]) => pattern.test(reason));
  return (known ? reason.replace(known[0], known[1]) : reason).replace('whole picture', WORDS.zh.wholePicture);
}

const KEY = 'kerbwatch.language';
let language = localStorage.getItem(KEY) ?? (navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en');

export const t = (key) => WORDS[language][key] ?? key;
export const locale = () => (language === 'zh' ? 'zh-CN' : 'en-GB');
export const keys = () => Object.fromEntries(Object.entries(WORDS).map(([name, words]) => [name, Object.keys(words)]));

export function switchLanguage() {
  language = language === 'zh' ? 'en' : 'zh';
  localStorage.setItem(KEY, language);
}
