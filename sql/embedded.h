/**
 * @file embedded.h  The statements of sql/query and the steps of sql/schema
 *
 * Their text is compiled in: sql/embed.sh makes the definitions. A statement
 * sql/query/NAME.sql is sql_NAME.
 */
#ifndef RINGROUND_EMBEDDED_H
#define RINGROUND_EMBEDDED_H

/** The migrations in order; step n leads to version n + 1 */
extern const char *const schema_steps[];

/** How many steps there are: the version of this program's schema */
extern const int schema_version;

extern const char sql_apply_reports[];
extern const char sql_call_campaign[];
extern const char sql_call_live[];
extern const char sql_call_secret[];
extern const char sql_campaign_add[];
extern const char sql_campaign_delete[];
extern const char sql_campaign_find[];
extern const char sql_campaign_list[];
extern const char sql_campaign_pause[];
extern const char sql_campaign_secret[];
extern const char sql_campaign_set[];
extern const char sql_campaign_show[];
extern const char sql_campaign_size[];
extern const char sql_campaign_stop[];
extern const char sql_campaign_values[];
extern const char sql_campaigns[];
extern const char sql_check_campaigns[];
extern const char sql_check_prompts[];
extern const char sql_check_schedules[];
extern const char sql_check_server[];
extern const char sql_claim_phones[];
extern const char sql_cluster_create[];
extern const char sql_cluster_found[];
extern const char sql_config[];
extern const char sql_console_attempts[];
extern const char sql_console_calls[];
extern const char sql_console_camps[];
extern const char sql_console_count[];
extern const char sql_console_count_few[];
extern const char sql_console_count_numbers[];
extern const char sql_console_due[];
extern const char sql_console_due_back[];
extern const char sql_console_few[];
extern const char sql_console_few_back[];
extern const char sql_console_hangup[];
extern const char sql_console_hello[];
extern const char sql_console_kinds[];
extern const char sql_console_kinds_back[];
extern const char sql_console_limit[];
extern const char sql_console_live[];
extern const char sql_console_one[];
extern const char sql_console_page[];
extern const char sql_console_page_back[];
extern const char sql_console_pause_many[];
extern const char sql_console_rows[];
extern const char sql_console_schedules[];
extern const char sql_console_search[];
extern const char sql_console_search_back[];
extern const char sql_console_stop[];
extern const char sql_demo_campaign[];
extern const char sql_demo_listen[];
extern const char sql_demo_phones[];
extern const char sql_dnc_add[];
extern const char sql_dnc_import_add[];
extern const char sql_dnc_import_check[];
extern const char sql_dnc_import_present[];
extern const char sql_dnc_list[];
extern const char sql_dnc_remove[];
extern const char sql_due_campaigns[];
extern const char sql_engine_gone[];
extern const char sql_engine_seen[];
extern const char sql_extend_leases[];
extern const char sql_forecast_attempts[];
extern const char sql_forecast_facts[];
extern const char sql_forecast_live[];
extern const char sql_forecast_phones[];
extern const char sql_forecast_refused[];
extern const char sql_forecast_windows[];
extern const char sql_hello[];
extern const char sql_import_add[];
extern const char sql_import_check[];
extern const char sql_import_copy[];
extern const char sql_import_duplicates[];
extern const char sql_import_lines[];
extern const char sql_import_listed[];
extern const char sql_import_lock[];
extern const char sql_import_present[];
extern const char sql_import_refused[];
extern const char sql_import_rejects[];
extern const char sql_import_settings[];
extern const char sql_name_holder[];
extern const char sql_nodes[];
extern const char sql_prompt_add[];
extern const char sql_prompt_audio[];
extern const char sql_prompt_find[];
extern const char sql_prompt_list[];
extern const char sql_prompt_replace[];
extern const char sql_prompt_size[];
extern const char sql_prompt_trouble[];
extern const char sql_recover_phones[];
extern const char sql_release_unknown[];
extern const char sql_report_attempts[];
extern const char sql_report_bars[];
extern const char sql_report_facts[];
extern const char sql_roles_create[];
extern const char sql_roles_found[];
extern const char sql_roles_grant[];
extern const char sql_schedule_add[];
extern const char sql_schedule_find[];
extern const char sql_schedule_list[];
extern const char sql_schedule_record[];
extern const char sql_schedule_records[];
extern const char sql_schedule_show[];
extern const char sql_schema_current[];
extern const char sql_schema_done[];
extern const char sql_schema_encoding[];
extern const char sql_schema_found[];
extern const char sql_schema_lock[];
extern const char sql_take_hangups[];
extern const char sql_why[];
extern const char sql_why_may[];
extern const char sql_why_number[];

#endif
