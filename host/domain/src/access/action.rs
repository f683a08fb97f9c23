//! The table: what can be done, and which role may do it how far.

use crate::text::Text;

use super::Role;

/// How far a role may do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Extent {
    /// Not at all.
    No,
    /// For the orders of one's own stores and regions.
    Own,
    /// For all.
    All,
}

/// What kind of thing an action is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Changes nothing.
    Reads,
    /// Daily work; stands in the order's own story.
    Works,
    /// Stands in the audit trail, allowed or refused.
    Governs,
    /// Whoever comes may try it: how one signs in. Stands in the audit trail.
    Opens,
}

macro_rules! actions {
    ($($action:ident $name:literal $kind:ident [$($extent:ident)*] $zh:literal $en:literal;)*) => {
        /// Something that can be done. Each variant is a row of the table.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Action {$(
            #[doc = $en]
            $action,
        )*}

        impl Action {
            /// All actions, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$action),*];

            /// Noun and verb, such as `orders.read`.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$action => $name,)* }
            }

            /// What kind of thing it is.
            pub const fn kind(self) -> Kind {
                match self { $(Self::$action => Kind::$kind,)* }
            }

            /// What it is, for people.
            pub fn title(self) -> Text {
                match self { $(Self::$action => Text::new($zh, $en),)* }
            }

            const fn extents(self) -> [Extent; Role::ALL.len()] {
                match self { $(Self::$action => [$(Extent::$extent),*],)* }
            }
        }
    };
}

#[rustfmt::skip]
actions! {
    //                                                 admin operator supervisor finance sales developer
    OrdersRead        "orders.read"        Reads       [All  All  Own  All  Own  No ]  "查看订单及其经过、附件"  "See orders with their story and files";
    OrdersSubmit      "orders.submit"      Works       [All  No   Own  No   Own  No ]  "提交订单"  "Hand orders in";
    OrdersAttach      "orders.attach"      Works       [All  All  Own  All  Own  No ]  "上传订单附件"  "Attach files to orders";
    OrdersCorrect     "orders.correct"     Works       [All  All  Own  No   Own  No ]  "更正待处理订单"  "Correct orders that wait";
    OrdersCancel      "orders.cancel"      Governs     [All  All  Own  All  No   No ]  "取消订单"  "Cancel orders, exported ones too";
    QuotesMake        "quotes.make"        Works       [All  No   Own  All  Own  No ]  "试算订单"  "Check an order without handing it in";
    ContactsRead      "contacts.read"      Reads       [All  All  Own  No   Own  No ]  "查看完整电话号码"  "See telephone numbers whole";
    HoldsRead         "holds.read"         Reads       [All  All  Own  All  Own  No ]  "查看待处理事项"  "See holds";
    HoldsRelease      "holds.release"      Governs     [All  No   Own  All  No   No ]  "放行订单"  "Release holds";
    ApprovalsRead     "approvals.read"     Reads       [All  All  Own  All  Own  No ]  "查看审批"  "See approvals";
    ApprovalsDecide   "approvals.decide"   Governs     [All  No   Own  All  No   No ]  "批准或拒绝订单"  "Approve and reject orders";
    ApprovalsByLink   "approvals.by-link"  Opens       [All  All  All  All  All  All]  "通过消息中的链接审批"  "Decide an approval by the link of a message";
    DeliveriesRead    "deliveries.read"    Reads       [All  All  Own  All  Own  No ]  "查看投递"  "See deliveries";
    DeliveriesInspect "deliveries.inspect" Reads       [All  All  No   No   No   No ]  "查看每次投递的请求与应答"  "See every attempt with request and answer";
    DeliveriesReplay  "deliveries.replay"  Governs     [All  All  No   No   No   No ]  "重新投递"  "Have deliveries tried again";
    TicketsRead       "tickets.read"       Reads       [All  All  Own  No   No   No ]  "查看工单"  "See tickets";
    TicketsHandle     "tickets.handle"     Works       [All  All  Own  No   No   No ]  "分派工单、添加备注"  "Assign tickets and comment on them";
    TicketsClose      "tickets.close"      Governs     [All  All  No   No   No   No ]  "关闭工单"  "Close tickets";
    CustomersRead     "customers.read"     Reads       [All  All  All  All  All  No ]  "查看客户"  "See customers";
    CustomersChange   "customers.change"   Governs     [All  No   No   All  No   No ]  "修改客户"  "Change customers";
    CreditChange      "credit.change"      Governs     [All  No   No   All  No   No ]  "登记收款与期初余额"  "Enter payments and opening balances";
    LeadsRead         "leads.read"         Reads       [All  All  Own  All  Own  No ]  "查看线索及其经过、附件"  "See leads with their story and files";
    LeadsWork         "leads.work"         Works       [All  No   Own  No   Own  No ]  "录入与跟进线索"  "Enter leads and work on them";
    LeadsImport       "leads.import"       Governs     [All  No   Own  No   No   No ]  "导入线索"  "Import tables of leads";
    LeadsJoin         "leads.join"         Governs     [All  No   Own  No   No   No ]  "合并线索、撤销合并"  "Merge leads and take a merge back";
    LeadsApprove      "leads.approve"      Governs     [All  No   Own  No   No   No ]  "核准线索的价格"  "Approve the price for a lead";
    LeadsExport       "leads.export"       Reads       [All  No   No   No   No   No ]  "导出一位客户的全部个人信息"  "Export all data of a person";
    LeadsErase        "leads.erase"        Governs     [All  No   No   No   No   No ]  "删除一位客户的个人信息"  "Forget a person";
    LeadRulesRead     "lead-rules.read"    Reads       [All  All  All  All  All  No ]  "查看线索规则"  "See the rules about leads";
    LeadRulesChange   "lead-rules.change"  Governs     [All  No   No   No   No   No ]  "修改线索规则"  "Change the rules about leads";
    CatalogRead       "catalog.read"       Reads       [All  All  All  All  All  All]  "查看区域、门店、仓库、商品"  "See regions, stores, warehouses, products";
    CatalogChange     "catalog.change"     Governs     [All  No   No   No   No   No ]  "修改区域、门店、仓库、商品"  "Change regions, stores, warehouses, products";
    CodesRead         "codes.read"         Reads       [All  All  No   No   No   All]  "查看编码对照"  "See code maps";
    CodesChange       "codes.change"       Governs     [All  All  No   No   No   No ]  "修改编码对照"  "Change code maps";
    PricesRead        "prices.read"        Reads       [All  All  All  All  All  No ]  "查看价目表"  "See price lists";
    PricesPublish     "prices.publish"     Governs     [All  No   No   All  No   No ]  "发布价目表"  "Publish price lists";
    PluginsRead       "plugins.read"       Reads       [All  All  No   No   No   All]  "查看插件"  "See plugins";
    PluginsInstall    "plugins.install"    Governs     [All  No   No   No   No   All]  "安装插件（不启用）"  "Install plugins, which puts none to use";
    PluginsInspect    "plugins.inspect"    Works       [All  All  No   No   No   All]  "查看插件文件内容（不运行）"  "Look into plugin files; nothing of them runs";
    PluginsFetch      "plugins.fetch"      Governs     [All  No   No   No   No   No ]  "由主机从仓库或网址获取插件"  "Have the host fetch plugins from registries and addresses";
    PluginsRemove     "plugins.remove"     Governs     [All  No   No   No   No   No ]  "移除插件"  "Remove plugins";
    PublishersRead    "publishers.read"    Reads       [All  All  No   No   No   All]  "查看受信任的发布者密钥"  "See whose signatures on plugins count";
    PublishersChange  "publishers.change"  Governs     [All  No   No   No   No   No ]  "信任与撤销发布者密钥"  "Trust and revoke publishers' keys";
    ConnectionsRead   "connections.read"   Reads       [All  All  No   No   No   All]  "查看连接"  "See connections";
    ConnectionsChange "connections.change" Governs     [All  No   No   No   No   No ]  "修改连接与授权"  "Change connections and their grants";
    ConnectionsSwitch "connections.switch" Governs     [All  All  No   No   No   No ]  "启用与停用连接"  "Switch connections on and off";
    ConnectionsTry    "connections.try"    Works       [All  All  No   No   No   No ]  "试算连接的变更（不生效）"  "Try what a change of a connection would do";
    ConnectionsOperate "connections.operate" Governs   [All  All  No   No   No   No ]  "暂停、恢复连接，手动控制熔断"  "Pause and resume connections, open and close breakers";
    ConnectionsTest   "connections.test"   Works       [All  All  No   No   No   No ]  "测试连接、预演调用、检查设置"  "Test connections, plan calls, check settings";
    RulesRead         "rules.read"         Reads       [All  All  No   All  No   No ]  "查看规则、版本与试算"  "See rules, their versions and trials";
    RulesDraft        "rules.draft"        Works       [All  All  No   All  No   No ]  "起草、检查、试算规则"  "Draft, check and try rules";
    RulesPublish      "rules.publish"      Governs     [All  No   No   All  No   No ]  "发布与回退规则"  "Publish rules and roll them back";
    CredentialsRead   "credentials.read"   Reads       [All  All  No   No   No   No ]  "查看凭据是否已填"  "See which credentials are filled in";
    CredentialsChange "credentials.change" Governs     [All  No   No   No   No   No ]  "填写与清空凭据"  "Fill and empty credentials";
    CompanyRead       "company.read"       Reads       [All  All  All  All  All  All]  "查看公司设置"  "See the company's settings";
    CompanyChange     "company.change"     Governs     [All  No   No   No   No   No ]  "修改公司设置"  "Change the company's settings";
    StatusRead        "status.read"        Reads       [All  All  Own  All  Own  All]  "查看总览"  "See the overview and its counts";
    RetentionRead     "retention.read"     Reads       [All  All  No   No   No   No ]  "查看保留期限与占用空间"  "See how long things are kept, and the space used";
    RetentionChange   "retention.change"   Governs     [All  No   No   No   No   No ]  "修改保留期限"  "Change how long things are kept";
    MetricsRead       "metrics.read"       Reads       [All  All  No   No   No   All]  "读取监控指标"  "Read the figures for monitoring";
    UsersRead         "users.read"         Reads       [All  No   No   No   No   No ]  "查看用户"  "See users";
    UsersChange       "users.change"       Governs     [All  No   No   No   No   No ]  "邀请、修改、停用用户"  "Invite, change and disable users";
    TokensRead        "tokens.read"        Reads       [All  No   No   No   No   No ]  "查看令牌"  "See API tokens";
    TokensChange      "tokens.change"      Governs     [All  No   No   No   No   No ]  "签发与吊销令牌"  "Make and revoke API tokens";
    AuditRead         "audit.read"         Reads       [All  No   No   No   No   No ]  "查看审计记录"  "Read the audit trail";
    AccessRead        "access.read"        Reads       [All  All  All  All  All  All]  "查看权限表与接口说明"  "See this table and the description of the API";
    PeopleRead        "people.read"        Reads       [All  All  All  All  All  All]  "查看同事姓名"  "See the names of colleagues";
    ProfileRead       "profile.read"       Reads       [All  All  All  All  All  All]  "查看本人资料与会话"  "See one's own account and sessions";
    ProfileChange     "profile.change"     Governs     [All  All  All  All  All  All]  "修改本人资料与密码"  "Change one's own account and password";
    SessionsEnd       "sessions.end"       Governs     [All  All  All  All  All  All]  "退出登录、结束本人会话"  "Sign out, end one's own sessions";
    SessionsOpen      "sessions.open"      Opens       [All  All  All  All  All  All]  "登录"  "Sign in";
    FormsSubmit       "forms.submit"       Opens       [All  All  All  All  All  All]  "填写公开表单"  "Fill in the public form";
    InvitesUse        "invites.use"        Opens       [All  All  All  All  All  All]  "使用邀请链接设置密码"  "Set a password by an invitation";
}

impl Action {
    /// How far this role may do it.
    pub fn extent(self, role: Role) -> Extent {
        let columns = Role::ALL.into_iter().zip(self.extents());
        columns.into_iter().find(|(column, _)| *column == role).map_or(Extent::No, |(_, extent)| extent)
    }

    /// The action of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|action| action.name() == name)
    }

    /// What it is done to, such as `orders`.
    pub fn noun(self) -> &'static str {
        self.name().split_once('.').map_or("", |(noun, _)| noun)
    }

    /// Does each attempt stand in the audit trail?
    pub fn is_audited(self) -> bool {
        matches!(self.kind(), Kind::Governs | Kind::Opens)
    }

    /// Can whoever does it give rights to others?
    pub const fn hands_out_rights(self) -> bool {
        matches!(self, Self::UsersChange | Self::TokensChange)
    }
}
