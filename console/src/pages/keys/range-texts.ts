import type { DateRangePickerProps } from '@cloudscape-design/components/date-range-picker';

/** What a picker of a range of days says. */
export const rangeTexts: DateRangePickerProps.I18nStrings = {
  todayAriaLabel: 'Today',
  nextMonthAriaLabel: 'Next month',
  previousMonthAriaLabel: 'Previous month',
  startDateLabel: 'From',
  endDateLabel: 'To',
  cancelButtonLabel: 'Cancel',
  clearButtonLabel: 'Clear',
  applyButtonLabel: 'Apply',
  formatRelativeRange: () => '',
};
