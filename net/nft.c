// SPDX-License-Identifier: Apache-2.0
#include "net/nft.h"

#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <netinet/in.h>

#define TABLE "holt"
#define CHAIN "lane"

enum { PRIORITY_MANGLE = -150 };

static void begin(struct netlink_batch *batch, const char *what, uint16_t type,
		  uint16_t flags)
{
	const struct nfgenmsg body = { .nfgen_family = NFPROTO_INET };

	netlink_begin(batch, what, (uint16_t)(NFNL_SUBSYS_NFTABLES << 8 | type),
		      flags, &body, sizeof(body));
}

/* The mark at an end of what is done as a whole. */
static void add_border(struct netlink_batch *batch, uint16_t type)
{
	const struct nfgenmsg body = {
		.res_id = htons(NFNL_SUBSYS_NFTABLES),
	};

	netlink_begin(batch, "talk to nf_tables", type, 0, &body, sizeof(body));
	netlink_hush(batch);
}

/* Numbers are in network order here. */
static void put(struct netlink_batch *batch, uint16_t type, uint32_t value)
{
	netlink_put_u32(batch, type, htonl(value));
}

struct expression {
	size_t element;
	size_t data;
};

static struct expression open_expression(struct netlink_batch *batch,
					 const char *name)
{
	struct expression expression;

	expression.element = netlink_nest(batch, NFTA_LIST_ELEM);
	netlink_put_text(batch, NFTA_EXPR_NAME, name);
	expression.data = netlink_nest(batch, NFTA_EXPR_DATA);
	return expression;
}

static void close_expression(struct netlink_batch *batch,
			     const struct expression *expression)
{
	netlink_unnest(batch, expression->data);
	netlink_unnest(batch, expression->element);
}

static void put_value(struct netlink_batch *batch, uint16_t type,
		      const void *value, size_t size)
{
	size_t nest = netlink_nest(batch, type);

	netlink_put(batch, NFTA_DATA_VALUE, value, size);
	netlink_unnest(batch, nest);
}

/* Load something of the packet into the one register that we use. */
static void load_meta(struct netlink_batch *batch, uint32_t key)
{
	struct expression meta = open_expression(batch, "meta");

	put(batch, NFTA_META_DREG, NFT_REG_1);
	put(batch, NFTA_META_KEY, key);
	close_expression(batch, &meta);
}

/* Go on only if what was loaded is, or isn't, @value. */
static void compare(struct netlink_batch *batch, uint32_t how,
		    const void *value, size_t size)
{
	struct expression cmp = open_expression(batch, "cmp");

	put(batch, NFTA_CMP_SREG, NFT_REG_1);
	put(batch, NFTA_CMP_OP, how);
	put_value(batch, NFTA_CMP_DATA, value, size);
	close_expression(batch, &cmp);
}

static void load_transparent(struct netlink_batch *batch)
{
	struct expression sock = open_expression(batch, "socket");

	put(batch, NFTA_SOCKET_KEY, NFT_SOCKET_TRANSPARENT);
	put(batch, NFTA_SOCKET_DREG, NFT_REG_1);
	close_expression(batch, &sock);
}

static void set_mark(struct netlink_batch *batch, uint32_t mark)
{
	struct expression immediate = open_expression(batch, "immediate");

	put(batch, NFTA_IMMEDIATE_DREG, NFT_REG_1);
	put_value(batch, NFTA_IMMEDIATE_DATA, &mark, sizeof(mark));
	close_expression(batch, &immediate);

	struct expression meta = open_expression(batch, "meta");

	put(batch, NFTA_META_KEY, NFT_META_MARK);
	put(batch, NFTA_META_SREG, NFT_REG_1);
	close_expression(batch, &meta);
}

static void add_chain(struct netlink_batch *batch)
{
	size_t hook;

	begin(batch, "add a chain to nf_tables", NFT_MSG_NEWCHAIN,
	      NLM_F_CREATE);
	netlink_put_text(batch, NFTA_CHAIN_TABLE, TABLE);
	netlink_put_text(batch, NFTA_CHAIN_NAME, CHAIN);
	netlink_put_text(batch, NFTA_CHAIN_TYPE, "filter");
	hook = netlink_nest(batch, NFTA_CHAIN_HOOK);
	put(batch, NFTA_HOOK_HOOKNUM, NF_INET_PRE_ROUTING);
	put(batch, NFTA_HOOK_PRIORITY, (uint32_t)PRIORITY_MANGLE);
	netlink_unnest(batch, hook);
}

static void add_rule(struct netlink_batch *batch, unsigned int outside,
		     uint32_t mark)
{
	const uint8_t tcp = IPPROTO_TCP, yes = 1;
	size_t expressions;

	begin(batch, "add a rule to nf_tables", NFT_MSG_NEWRULE,
	      NLM_F_CREATE | NLM_F_APPEND);
	netlink_put_text(batch, NFTA_RULE_TABLE, TABLE);
	netlink_put_text(batch, NFTA_RULE_CHAIN, CHAIN);
	expressions = netlink_nest(batch, NFTA_RULE_EXPRESSIONS);
	load_meta(batch, NFT_META_IIF);
	compare(batch, NFT_CMP_NEQ, &outside, sizeof(outside));
	load_meta(batch, NFT_META_L4PROTO);
	compare(batch, NFT_CMP_EQ, &tcp, sizeof(tcp));
	load_transparent(batch);
	compare(batch, NFT_CMP_EQ, &yes, sizeof(yes));
	set_mark(batch, mark);
	netlink_unnest(batch, expressions);
}

void nft_add_lane(struct netlink_batch *batch, unsigned int outside,
		  uint32_t mark)
{
	add_border(batch, NFNL_MSG_BATCH_BEGIN);
	begin(batch, "add a table to nf_tables", NFT_MSG_NEWTABLE,
	      NLM_F_CREATE);
	netlink_put_text(batch, NFTA_TABLE_NAME, TABLE);
	add_chain(batch);
	add_rule(batch, outside, mark);
	add_border(batch, NFNL_MSG_BATCH_END);
}
