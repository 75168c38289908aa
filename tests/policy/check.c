// SPDX-License-Identifier: GPL-2.0

#include <inttypes.h>
#include <string.h>

#include "check.h"

void check_init(struct check *check, const struct rules *rules)
{
	machine_init(&check->machine, rules);
	ledger_init(&check->ledger);
	memset(&check->tally, 0, sizeof(check->tally));
	check->steps = 0;
}

static const char *difference(const struct memgroup_verdict *verdict,
			      const struct oracle_answer *answer)
{
	if (verdict->movable != answer->movable)
		return "zone";
	if (strcmp(memgroup_reason_name(verdict->reason), answer->reason))
		return "reason";
	if (strcmp(memgroup_domain_name(verdict->domain), answer->domain))
		return "domain";
	if (verdict->early_kernel_pages != answer->early_kernel_pages)
		return "early_kernel_pages";
	if (verdict->movable_pages != answer->movable_pages)
		return "movable_pages";
	if (verdict->asked_pages != answer->asked_pages)
		return "asked_pages";
	if (verdict->limit_pages != answer->limit_pages)
		return "limit_pages";
	if (verdict->clamped != answer->clamped)
		return "clamped";
	return NULL;
}

static void count(struct tally *tally, const struct memgroup_question *question,
		  const struct memgroup_verdict *verdict)
{
	const struct memgroup_member *group = &question->group;
	const bool dynamic = group->type == MEMGROUP_TYPE_DYNAMIC;
	const u64 wanted = verdict->movable_pages + verdict->asked_pages;

	tally->reason[verdict->reason]++;
	tally->domain[verdict->domain]++;
	if (question->request != MEMGROUP_REQUEST_ONLINE) {
		tally->by_hand++;
		return;
	}
	/*
	 * Here the policy only repeats is_contiguous() of the machine: with the oracle
	 * against it, this compares two parts of the harness.
	 */
	if (verdict->reason == MEMGROUP_REASON_CONTIGUOUS)
		return;
	tally->decisions++;
	if (verdict->domain == MEMGROUP_DOMAIN_NONE)
		return;
	tally->fits_exactly += wanted == verdict->limit_pages;
	tally->one_too_many += wanted == verdict->limit_pages + 1;
	tally->part_of_unit += group->unit_movable_pages > 0;
	tally->part_of_device += group->max_pages && group->movable_pages;
	tally->clamped += verdict->clamped;
	tally->no_kernel_counts += !verdict->early_kernel_pages;
	tally->unlimited += verdict->limit_pages == ~0ULL;
	tally->group_elsewhere += dynamic && !group->on_node;
}

static bool ask_both(struct check *check, const struct operation *operation,
		     struct finding *finding)
{
	enum memgroup_request request = MEMGROUP_REQUEST_ONLINE;

	if (operation->what == OP_ONLINE_KERNEL)
		request = MEMGROUP_REQUEST_ONLINE_KERNEL;
	else if (operation->what == OP_ONLINE_MOVABLE)
		request = MEMGROUP_REQUEST_ONLINE_MOVABLE;

	finding->question = machine_ask(&check->machine, request,
					operation->number[0],
					operation->number[1]);
	finding->verdict = check->machine.rules->decide(&finding->question);
	finding->answer = ledger_ask(&check->ledger, operation);
	finding->what = difference(&finding->verdict, &finding->answer);
	count(&check->tally, &finding->question, &finding->verdict);
	return !finding->what;
}

bool check_step(struct check *check, const struct operation *operation,
		struct finding *finding)
{
	bool movable = false, same = true;

	finding->at = check->steps++;
	if (!machine_allows(&check->machine, operation))
		return true;
	if (operation->what >= OP_ONLINE &&
	    operation->what <= OP_ONLINE_MOVABLE) {
		same = ask_both(check, operation, finding);
		movable = finding->verdict.movable;
	}
	check->tally.boot_offline += operation->what == OP_OFFLINE_BOOT;
	machine_do(&check->machine, operation, movable);
	ledger_do(&check->ledger, operation, movable);
	return same;
}

bool check_history(const struct history *history, const struct rules *rules,
		   struct finding *finding)
{
	struct check check;
	size_t i;

	check_init(&check, rules);
	for (i = 0; i < history->count; i++)
		if (!check_step(&check, &history->operations[i], finding))
			return false;
	return true;
}

static void print_side(FILE *out, const char *who, bool movable,
		       const char *reason, const char *domain, bool clamped)
{
	fprintf(out, "# %s: %s, %s, %s%s", who, movable ? "MOVABLE" : "KERNEL",
		reason, domain, clamped ? ", clamped" : "");
}

static void print_totals(FILE *out, const char *whose,
			 const struct memgroup_totals *totals)
{
	fprintf(out, "# %s: early kernel %llu, movable %llu; groups need %llu, have movable %llu\n",
		whose, totals->early_kernel_pages, totals->movable_pages,
		totals->group_needed_pages, totals->group_movable_pages);
}

void finding_print(FILE *out, const struct finding *f)
{
	const struct memgroup_question *q = &f->question;
	const struct memgroup_member *group = &q->group;

	fprintf(out, "# operation %zu: policy and oracle differ in %s\n",
		f->at + 1, f->what);
	print_side(out, "policy", f->verdict.movable,
		   memgroup_reason_name(f->verdict.reason),
		   memgroup_domain_name(f->verdict.domain), f->verdict.clamped);
	fprintf(out, "; early kernel %llu, movable %llu, asked %llu, limit %llu\n",
		f->verdict.early_kernel_pages, f->verdict.movable_pages,
		f->verdict.asked_pages, f->verdict.limit_pages);
	print_side(out, "oracle", f->answer.movable, f->answer.reason,
		   f->answer.domain, f->answer.clamped);
	fprintf(out, "; early kernel %" PRIu64 ", movable %" PRIu64
		", asked %" PRIu64 ", limit %" PRIu64 "\n",
		f->answer.early_kernel_pages, f->answer.movable_pages,
		f->answer.asked_pages, f->answer.limit_pages);
	fprintf(out, "# asked: %s, %s, ratio %u, numa_aware %d, block %llu, contiguous %d\n",
		memgroup_request_name(q->request),
		memgroup_policy_name(q->config.policy), q->config.ratio,
		q->config.numa_aware, q->block_pages,
		q->movable_is_contiguous);
	fprintf(out, "# group: %s, on the node %d, kernel %llu, movable %llu, max %llu; unit %llu, kernel %llu, movable %llu\n",
		memgroup_type_name(group->type), group->on_node,
		group->kernel_pages, group->movable_pages, group->max_pages,
		group->unit_pages, group->unit_kernel_pages,
		group->unit_movable_pages);
	print_totals(out, "system", &q->system);
	print_totals(out, "node", &q->node);
}
